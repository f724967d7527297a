// The keys of a clicker and of the keyboard press the page's own buttons, so that a key does what a click does.
const PRESSES = { ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous", Escape: "leave" };
// What has a use of its own for these keys: whoever types or moves a slider must not turn the slide.
const OWNERS =
  'input:not([type="checkbox"], [type="file"]), textarea, select, [contenteditable="true"], [role="slider"], ' +
  '[role="spinbutton"], [role="combobox"], [role="listbox"], [role="menu"], [role="radiogroup"], [role="grid"], ' +
  '[role="dialog"]';

export default function ({ data, parentElement: root }) {
  // Read out on every new slide: the focus stays on whatever turned it.
  root.querySelector(".said").textContent = data.said;

  function press(event) {
    const name = PRESSES[event.key];
    if (!name || event.repeat || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [target] = event.composedPath();
    if (target.closest?.(OWNERS)) {
      // The first Escape gives the keys back to the slides, the next one leaves.
      if (name === "leave") target.blur();
      return;
    }
    event.preventDefault();
    document.querySelector(`.st-key-presenter-${name} :is(button, a)`)?.click();
  }

  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
