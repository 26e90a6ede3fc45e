// Rows that move to their new places, and a curve with a mark.
const make = (tag, name, text = '') => {
  const e = document.createElement(tag)
  e.className = name; e.textContent = text; return e }
function board(model, el) {
  const list = make('ol', 'hcr-rows'), items = new Map(); el.append(list)
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  return () => {
    const top = li => li.getBoundingClientRect().top
    const was = new Map([...items].map(([id, li]) => [id, top(li)]))
    const kept = new Set(model.get('rows').map(r => r.id))
    for (const [id, li] of items) if (!kept.has(id)) { li.remove(); items.delete(id) }
    for (const r of model.get('rows')) {
      const li = items.get(r.id) ?? make('li', ''); items.set(r.id, li)
      li.replaceChildren(make('b', '', `${r.rank}. ${r.id}`), ' ',
        make('i', '', r.grade), make('span', '', `dense ${r.dense}, BM25 ${r.bm25}`))
      li.dataset.grade = r.grade; list.append(li) }
    if (!calm) for (const [id, li] of items) {
      const move = was.has(id) ? was.get(id) - top(li) : 0
      if (move) li.animate([{transform: `translateY(${move}px)`}, {transform: 'none'}],
        {duration: 450, easing: 'ease-in-out'})
      else if (!was.has(id)) li.animate([{opacity: 0}, {opacity: 1}], 450) } } }

const svg = (tag, set, text = '') => {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const k in set) e.setAttribute(k, set[k])
  e.textContent = text; return e }
function curve(model, el) {
  const box = svg('svg', {viewBox: '0 0 400 250', role: 'img'}); el.append(box)
  const X = x => 42 + 340 * x, Y = y => 205 - 180 * y
  const line = (v, colour, dash) => svg('polyline', {fill: 'none', stroke: colour,
    'stroke-width': 2.5, 'stroke-dasharray': dash,
    points: v.map((y, i) => `${X(i / (v.length - 1))},${Y(y)}`).join(' ')})
  return () => {
    const w = model.get('weight'), one = model.get('one'), mean = model.get('mean')
    box.setAttribute('aria-label', 'nDCG at 10 against the weight of dense')
    const text = (x, y, t, a = 'middle') => svg('text', {x, y, 'text-anchor': a}, t)
    const rule = (x1, y1, x2, y2) => svg('line', {x1, y1, x2, y2, stroke: '#767676'})
    const ticks = [0, 0.5, 1].flatMap(v =>
      [text(X(v), 222, v), text(36, Y(v) + 4, v, 'end')])
    box.replaceChildren(...ticks, rule(42, 25, 42, 205), rule(42, 205, 382, 205),
      rule(X(w), 25, X(w), 205), line(mean, '#1a1a1a', ''), line(one, '#7570b3', '7 4'),
      text(212, 243, 'weight of dense (0: BM25 alone)'),
      text(42, 14, 'nDCG@10: solid all questions, dashed this one', 'start')) } }

function render({ model, el }) {
  const all = make('div', 'hcr-lab'), left = make('div', '')
  const right = make('div', ''), said = make('p', '')
  said.setAttribute('role', 'status')
  right.append(said); all.append(left, right); el.append(all)
  const parts = [board(model, left), curve(model, right)]
  const draw = () => {
    said.textContent = model.get('said'); parts.forEach(f => f()) }
  model.on('change', draw); draw() }
export default { render }
