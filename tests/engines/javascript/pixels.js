// What a canvas of WebGL shows: premultiplied RGBA from its top left, in base64.
function pixels(gl) {
  const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
  const upwards = new Uint8Array(4 * width * height);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, upwards);
  const rows = Array.from({ length: height }, (_, y) =>
    upwards.subarray(4 * width * (height - 1 - y), 4 * width * (height - y)),
  );
  return btoa(rows.map((row) => String.fromCharCode(...row)).join(""));
}
