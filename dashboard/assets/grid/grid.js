// A matrix of real buttons: a click, a tap or Enter on one reports its cell, and the arrow keys walk between them.
// Runs again whenever the page has new data; what has the focus and how far the box is scrolled stay as they are.
export default function ({ data, parentElement: root, setTriggerValue }) {
  const box = root.querySelector(".box"), said = root.querySelector(".said");
  const content = JSON.stringify({ ...data, chosen: null });
  // A click changes what is chosen and nothing else: hundreds of cells stay as they are.
  if (box.content !== content) {
    const focused = root.activeElement?.dataset?.cell;
    const table = build(data);
    box.replaceChildren(table);
    Object.assign(box, { content, cells: [...table.querySelectorAll("button")] });
    listen(box, table, data.columns.length, said);
    box.held = box.cells.find((cell) => cell.dataset.cell === focused);
  } else {
    box.held = box.cells.find((cell) => cell === root.activeElement);
  }
  box.report = (cell) => setTriggerValue("cell", cell.dataset.cell);
  box.chosen = box.cells.find((cell) => cell.dataset.cell === data.chosen);
  select(box, box.chosen);
  // Only where the choice or the order is new: whoever scrolled on must not be brought back.
  const place = [data.chosen, ...data.columns].join();
  if (box.chosen && box.dataset.place !== place) intoView(box, box.firstChild, box.chosen);
  box.dataset.place = place;
  walkFrom(box, box.held ?? box.chosen ?? box.cells[0]);
  box.held?.focus({ preventScroll: true });
  say(said, box.held ?? box.chosen);
}

function listen(box, table, width, said) {
  table.addEventListener("click", ({ target }) => {
    const cell = target.closest("button");
    if (!cell) return;
    // At once, and again with the page's answer.
    select(box, cell);
    box.report(cell);
  });
  table.addEventListener("keydown", (event) => {
    const at = box.cells.indexOf(event.target), column = at % width;
    const next = {
      ArrowLeft: column > 0 ? at - 1 : at,
      ArrowRight: column < width - 1 ? at + 1 : at,
      ArrowUp: at - width,
      ArrowDown: at + width,
      Home: at - column,
      End: at - column + width - 1,
    }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    box.cells[next]?.focus();
  });
  table.addEventListener("focusin", ({ target }) => {
    walkFrom(box, target);
    say(said, target);
  });
  table.addEventListener("pointerover", ({ target }) => say(said, target.closest("button") ?? box.chosen));
  table.addEventListener("pointerleave", () => say(said, box.chosen));
}

function select(box, chosen) {
  for (const cell of box.cells) cell.parentElement.setAttribute("aria-selected", cell === chosen);
}

function walkFrom(box, cell) {
  for (const other of box.cells) other.tabIndex = other === cell ? 0 : -1;
}

function say(said, cell) {
  said.textContent = cell?.getAttribute("aria-label") ?? "\u00a0";
}

function build(data) {
  const table = element("table", { role: "grid", "aria-label": data.label });
  const width = data.columns.length;
  table.style.setProperty("--columns", width);
  const top = table.createTHead().insertRow();
  top.append(element("td", {}));
  top.append(element("th", { class: "axis", colspan: width, scope: "colgroup" }, data.column_axis));
  const head = table.tHead.insertRow();
  head.append(element("th", { class: "axis", scope: "col" }, data.row_axis));
  for (const name of data.columns) head.append(element("th", { class: "column", scope: "col" }, name));
  const body = table.createTBody();
  data.rows.forEach((name, row) => {
    const line = body.insertRow();
    line.append(element("th", { class: "row", scope: "row" }, name));
    for (let at = row * width; at < (row + 1) * width; at++) {
      const button = element("button", { type: "button", "data-cell": data.cells[at], "aria-label": data.says[at] });
      button.textContent = data.written[at];
      button.style.background = data.colours[at];
      button.style.color = data.inks[at];
      const cell = element("td", { "aria-selected": data.cells[at] === data.chosen });
      cell.append(button);
      line.append(cell);
    }
  });
  return table;
}

function element(tag, attributes, text) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.append(element("span", {}));
  if (text !== undefined) made.firstChild.textContent = text;
  return made;
}

// Sideways and within the box alone: the page must not jump. The names of the rows cover its left edge.
function intoView(box, table, cell) {
  const names = table.querySelector("th.row").getBoundingClientRect().width;
  const left = cell.getBoundingClientRect().left - table.getBoundingClientRect().left;
  const hidden = left < box.scrollLeft + names || left + cell.offsetWidth > box.scrollLeft + box.clientWidth;
  if (hidden) box.scrollLeft = left - (box.clientWidth + names) / 2;
}
