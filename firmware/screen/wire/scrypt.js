// scrypt (RFC 7914) on top of the browser's PBKDF2: WebCrypto has no scrypt of its own. A test holds it to Python's.

/** `length` bytes from a password and a salt, both bytes; `cost` is a power of two. Slow, and large, on purpose. */
export async function scrypt(password, salt, { cost, blocks, parallel = 1, length = 32 }) {
  const material = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const stretch = async (salted, size) =>
    crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: salted, iterations: 1 }, material, 8 * size);
  const size = 128 * blocks;
  const mixed = new Uint8Array(await stretch(salt, size * parallel));
  for (let lane = 0; lane < parallel; lane += 1) {
    mix(new DataView(mixed.buffer, lane * size, size), cost, blocks);
  }
  return new Uint8Array(await stretch(mixed, length));
}

/** ROMix: fill a table with the states of a chain, then walk it in an order that the states themselves say. */
function mix(view, cost, blocks) {
  const words = 32 * blocks;
  let state = Uint32Array.from({ length: words }, (_, at) => view.getUint32(4 * at, true));
  let next = new Uint32Array(words);
  const block = new Uint32Array(16);
  const table = new Uint32Array(cost * words);
  for (let row = 0; row < cost; row += 1) {
    table.set(state, row * words);
    blockMix(state, next, block);
    [state, next] = [next, state];
  }
  for (let turn = 0; turn < cost; turn += 1) {
    const row = (state[words - 16] & (cost - 1)) * words;
    for (let at = 0; at < words; at += 1) state[at] ^= table[row + at];
    blockMix(state, next, block);
    [state, next] = [next, state];
  }
  state.forEach((word, at) => view.setUint32(4 * at, word, true));
}

function blockMix(from, to, block) {
  const pairs = from.length / 16;
  block.set(from.subarray(from.length - 16));
  for (let index = 0; index < pairs; index += 1) {
    for (let at = 0; at < 16; at += 1) block[at] ^= from[16 * index + at];
    salsa(block);
    to.set(block, 16 * ((index >> 1) + (index & 1) * (pairs >> 1)));
  }
}

/** Salsa20/8 in place: eight rounds, by columns and by rows in turn, then the words as they were are added. */
function salsa(words) {
  let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = words;
  const turn = (sum, by) => (sum << by) | (sum >>> (32 - by));
  for (let round = 0; round < 8; round += 2) {
    e ^= turn((a + m) | 0, 7); i ^= turn((e + a) | 0, 9); m ^= turn((i + e) | 0, 13); a ^= turn((m + i) | 0, 18);
    j ^= turn((f + b) | 0, 7); n ^= turn((j + f) | 0, 9); b ^= turn((n + j) | 0, 13); f ^= turn((b + n) | 0, 18);
    o ^= turn((k + g) | 0, 7); c ^= turn((o + k) | 0, 9); g ^= turn((c + o) | 0, 13); k ^= turn((g + c) | 0, 18);
    d ^= turn((p + l) | 0, 7); h ^= turn((d + p) | 0, 9); l ^= turn((h + d) | 0, 13); p ^= turn((l + h) | 0, 18);
    b ^= turn((a + d) | 0, 7); c ^= turn((b + a) | 0, 9); d ^= turn((c + b) | 0, 13); a ^= turn((d + c) | 0, 18);
    g ^= turn((f + e) | 0, 7); h ^= turn((g + f) | 0, 9); e ^= turn((h + g) | 0, 13); f ^= turn((e + h) | 0, 18);
    l ^= turn((k + j) | 0, 7); i ^= turn((l + k) | 0, 9); j ^= turn((i + l) | 0, 13); k ^= turn((j + i) | 0, 18);
    m ^= turn((p + o) | 0, 7); n ^= turn((m + p) | 0, 9); o ^= turn((n + m) | 0, 13); p ^= turn((o + n) | 0, 18);
  }
  [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p].forEach((word, at) => {
    words[at] += word;
  });
}
