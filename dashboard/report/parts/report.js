"use strict";
// Draws the figures that the page carries as JSON.
for (const { place, figure } of JSON.parse(document.getElementById("figures").textContent)) {
  const plot = document.getElementById(place);
  const image = { format: "png", scale: 2, filename: place };
  const config = { displaylogo: false, responsive: true, modeBarButtons: [["toImage"]], toImageButtonOptions: image };
  Plotly.newPlot(plot, figure.data, figure.layout, config).then(() => {
    scalable(plot);
    plot.on("plotly_afterplot", () => scalable(plot));
    plot.dataset.drawn = "yes";
  });
}

// On paper a figure takes the width of the page: with a view box it scales as a drawing, where Plotly would have to lay
// it out anew and has no time to.
function scalable(plot) {
  const { width, height } = plot._fullLayout;
  plot.style.setProperty("--width", width);
  plot.style.setProperty("--height", height);
  for (const drawing of plot.querySelectorAll(".main-svg")) drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
}
