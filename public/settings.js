// The page about oneself: a picture is shown before it is sent, and a large one is made smaller on the way. Rule: the page works without
// this, and what is no image is left for the server to refuse.

// Larger than what is kept, so that nothing is lost; as small as a photo should travel.
const side_max = 512;
const small_bytes = 200_000;
const quality = 0.9;

export function ready(root) {
  const field = root.querySelector('#avatar');
  field.addEventListener('change', () => look(root, field).catch(() => {}));
}

async function look(root, field) {
  const [file] = field.files;
  const face = root.querySelector('.peer .avatar');
  face.querySelector('canvas')?.remove();
  if (!file) return;
  const image = await createImageBitmap(file);
  // Another one was picked meanwhile.
  if (field.files[0] !== file) return;
  const canvas = square(image);
  face.append(canvas);
  field.dataset.shown = '';
  if (file.size <= small_bytes) return;
  const isPhoto = file.type === 'image/jpeg';
  const made = await new Promise((done) => canvas.toBlob(done, isPhoto ? 'image/jpeg' : 'image/png', quality));
  if (!made || made.size >= file.size || field.files[0] !== file) return;
  const smaller = new DataTransfer();
  smaller.items.add(new File([made], file.name, { type: made.type }));
  field.files = smaller.files;
}

// The middle of it, as the server will cut it.
function square(image) {
  const side = Math.min(image.width, image.height);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.min(side, side_max);
  const [left, top] = [(image.width - side) / 2, (image.height - side) / 2];
  canvas.getContext('2d').drawImage(image, left, top, side, side, 0, 0, canvas.width, canvas.height);
  return canvas;
}
