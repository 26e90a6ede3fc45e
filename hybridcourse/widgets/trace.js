// A trace as a tree that opens step by step: buttons, or the arrow keys on the tree.
const make = (tag, set = {}, text = '') => {
  const e = document.createElement(tag)
  for (const k in set) e.setAttribute(k, set[k])
  e.textContent = text; return e }

function item(node, now) {
  const li = make('li', {'data-kind': node.kind, 'data-now': node.at === now})
  const head = node.more ? make('summary') : make('span')
  head.append(make('b', {}, node.label), ' ', node.text)
  if (!node.more) { li.append(head); return li }
  const box = make('details')
  box.append(head, make('p', {}, node.more)); li.append(box); return li }

function render({ model, el }) {
  const all = make('div', {class: 'hcr-trace', role: 'group', 'aria-label': 'Trace of a search'})
  const bar = make('div', {class: 'hcr-bar'}), said = make('span', {role: 'status'})
  const tree = make('div', {tabindex: 0, role: 'region',
    'aria-label': 'Tree; right arrow: next step, left arrow: step back'})
  const go = step => {
    model.set('step', Math.max(0, Math.min(model.get('last'), step))); model.save_changes() }
  const by = n => () => go(model.get('step') + n)
  const button = (text, act) => {
    const b = make('button', {type: 'button'}, text); b.onclick = act; return b }
  const back = button('Back', by(-1)), next = button('Next', by(1))
  bar.append(button('First', () => go(0)), back, next,
    button('All', () => go(model.get('last'))), said)
  tree.onkeydown = e => {
    const act = {ArrowRight: by(1), ArrowLeft: by(-1), Home: () => go(0),
      End: () => go(model.get('last'))}[e.key]
    if (act) { act(); e.preventDefault(); e.stopPropagation() } }
  const draw = () => {
    const step = model.get('step'), open = [], root = make('ul')
    back.disabled = step === 0; next.disabled = step === model.get('last')
    const shown = model.get('nodes').filter(n => n.at <= step)
    for (const n of shown) {
      const li = item(n, step), inside = n.level ? open[n.level - 1] : null
      if (inside && inside.lastChild.tagName !== 'UL') inside.append(make('ul'))
      ;(inside ? inside.lastChild : root).append(li); open[n.level] = li }
    tree.replaceChildren(root)
    const fresh = shown.filter(n => n.at === step).map(n => `${n.label} ${n.text}`)
    said.textContent = `step ${step} of ${model.get('last')}: ${fresh.join('; ')}` }
  all.append(bar, tree); el.append(all)
  model.on('change', draw); draw() }
export default { render }
