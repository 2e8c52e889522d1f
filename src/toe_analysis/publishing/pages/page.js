// Offers each figure as a PNG too, drawn here from the picture in the page; without scripts the SVG is there.
for (const button of document.querySelectorAll("button.png")) {
  const figure = button.closest("figure");
  const picture = figure.querySelector("img");
  button.hidden = false;
  button.addEventListener("click", () => {
    const scale = 3;
    const canvas = document.createElement("canvas");
    canvas.width = picture.width * scale;
    canvas.height = picture.height * scale;
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.download = `${figure.id}.png`;
    link.href = canvas.toDataURL("image/png");
    link.click();
  });
}

// A notebook's contents stand open where they stand beside it; above it they would hide the answer.
const contents = document.querySelector(".contents details");
if (contents) contents.open = matchMedia("(min-width: 72rem)").matches;
