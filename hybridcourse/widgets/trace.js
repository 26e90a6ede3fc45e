// A trace as a tree that opens step by step: buttons, or the arrow keys on the tree.
const make = (tag, set = {}, text = '') => {
  const e = document.createElement(tag)
  for (const k in set) e.setAttribute(k, set[k])
  e.textContent = text; return e }

function item(node, n, now, open) {  // what is cited is told one step later, when it is read
  const kind = node.kind === 'cited' && node.at === now ? 'passage' : node.kind
  const li = make('li', {'data-kind': kind, 'data-now': node.at === now})
  const head = node.more ? make('summary') : make('span')
  head.append(make('b', {}, node.label), ' ', node.text)
  if (!node.more) { li.append(head); return li }
  const box = make('details', {'data-n': n}); box.open = open.has(`${n}`)
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
    const step = model.get('step'), above = [], root = make('ul')
    back.setAttribute('aria-disabled', step === 0)
    next.setAttribute('aria-disabled', step === model.get('last'))
    const shown = model.get('nodes').filter(n => n.at <= step)
    const open = new Set([...tree.querySelectorAll('[open]')].map(d => d.dataset.n))
    shown.forEach((node, n) => {
      const li = item(node, n, step, open), inside = node.level ? above[node.level - 1] : null
      if (inside && inside.lastChild.tagName !== 'UL') inside.append(make('ul'))
      ;(inside ? inside.lastChild : root).append(li); above[node.level] = li })
    tree.replaceChildren(root)
    const fresh = shown.filter(n => n.at === step).map(n => `${n.label} ${n.text}`)
    said.textContent = `step ${step} of ${model.get('last')}: ${fresh.join('; ')}` }
  all.append(bar, tree); el.append(all)
  model.on('change', draw); draw() }
export default { render }
