// Ids of what scripts have stored: a UUIDv7, chosen once and kept for every retry (docs/protocol.md).
export function cid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now_ms = Date.now();
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(now_ms / 256 ** (5 - at)) % 256;
  bytes[6] = (bytes[6] % 16) + 0x70;
  bytes[8] = (bytes[8] % 64) + 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
