// Tells the server of a theme that changed: charts are drawn on it, in the colours of the theme that it knows.
// Streamlit calls this anew for other data and for another theme, and the former call's observer must end with that.
const following = new WeakMap();

export default function ({ data, parentElement: root, setTriggerValue }) {
  const app = document.querySelector('[data-testid="stApp"]');
  const note = root.querySelector("i");
  following.get(root)?.disconnect();
  note.dataset.drawn = data.drawn;

  function compare() {
    const scheme = getComputedStyle(app).colorScheme;
    if (scheme === data.drawn) {
      delete note.dataset.asked;
    } else if (scheme !== note.dataset.asked) {
      // Once: a server that cannot tell the theme must not be asked for ever.
      note.dataset.asked = scheme;
      setTriggerValue("scheme", scheme);
    }
  }

  // Streamlit gives the whole app another class for another theme.
  const observer = new MutationObserver(compare);
  observer.observe(app, { attributes: true, attributeFilter: ["class"] });
  following.set(root, observer);
  compare();
  return () => observer.disconnect();
}
