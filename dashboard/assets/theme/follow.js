// Tells the server of a theme that changed: charts are drawn on it, in the colours of the theme that it knows.
export default function ({ data, parentElement: root, setTriggerValue }) {
  root.querySelector("i").dataset.drawn = data.drawn;
  const app = document.querySelector('[data-testid="stApp"]');
  const observer = new MutationObserver(() => {
    const scheme = getComputedStyle(app).colorScheme;
    if (scheme === data.drawn) return;
    observer.disconnect();
    setTriggerValue("scheme", scheme);
  });
  // Streamlit gives the whole app another class for another theme.
  observer.observe(app, { attributes: true, attributeFilter: ["class"] });
  return () => observer.disconnect();
}
