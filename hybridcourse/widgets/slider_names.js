// Says aloud what a slider is: the handle gets the text beside it as its name.
function render({ el }) {
  el.style.display = 'none'
  const name = root => root.querySelectorAll('.widget-slider').forEach(s => {
    const said = s.querySelector('.widget-label')?.textContent
    s.querySelector('.noUi-handle')?.setAttribute('aria-label', said)
    const number = s.querySelector('.widget-readout')
    number?.setAttribute('role', 'textbox')
    number?.setAttribute('aria-label', said + ', as a number') })
  let tries = 0
  const timer = setInterval(() => {
    const root = el.closest('.widget-vbox') ?? el.closest('.widget-box')
    if (root) name(root)
    if (++tries > 20) clearInterval(timer) }, 250)
  return () => clearInterval(timer) }
export default { render }
