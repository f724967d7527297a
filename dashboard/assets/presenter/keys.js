// The keys of a clicker and of the keyboard turn the slides of the presenter mode, and Escape leaves it.
const STEPS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
// What has a use of its own for these keys: whoever types or moves a slider must not turn the slide.
const OWNERS =
  'input:not([type="checkbox"], [type="file"]), textarea, select, [contenteditable="true"], [role="slider"], ' +
  '[role="spinbutton"], [role="combobox"], [role="listbox"], [role="menu"], [role="radiogroup"], [role="grid"], ' +
  '[role="dialog"]';

export default function ({ data, parentElement: root, setTriggerValue }) {
  // Read out on every new slide: the focus stays on whatever turned it.
  root.querySelector(".said").textContent = data.said;
  // Counted here, since of presses that come faster than the slides only the last one reaches the server.
  let wanted = data.number;

  function press(event) {
    const step = STEPS[event.key];
    const leaving = event.key === "Escape";
    if (!step && !leaving) return;
    if (event.repeat || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [target] = event.composedPath();
    if (target.closest?.(OWNERS)) {
      // The first Escape gives the keys back to the slides, the next one leaves.
      if (leaving) target.blur();
      return;
    }
    event.preventDefault();
    if (leaving) {
      document.querySelector(".st-key-presenter-leave a")?.click();
      return;
    }
    const next = Math.min(Math.max(wanted + step, 1), data.count);
    if (next === wanted) return;
    wanted = next;
    setTriggerValue("slide", wanted);
  }

  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
