// LZMA, unpacked: a third smaller than gzip, for code. As Igor Pavlov's specification of the format has it (LZMA SDK 9.22,
// lzma-specification.txt), for the one stream that page/build.mjs writes and reads back: lc = 4, lp = pb = 0, no header.

const literal_bits = 4; // lc
const states = 12, slots = 64, align = 4, full = 14;

// Where the probabilities of each decision begin.
const matched = 0, repeated = matched + states, other = repeated + states, second = other + states, third = second + states,
  longer = third + states, slot_trees = longer + states, near_trees = slot_trees + 4 * slots, align_tree = near_trees + 128,
  lengths = align_tree + (1 << align), length_size = 2 + 8 + 8 + 256, literals = lengths + 2 * length_size;

/** The bytes that `packed` stands for: so many. */
export function unlzma(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  const p = new Uint16Array(literals + (0x300 << literal_bits)).fill(1024);
  const coder = new Uint32Array([0xffffffff, new DataView(packed.buffer, packed.byteOffset).getUint32(1)]); // range, code
  let next = 5;

  function bit(at: number): number {
    const chance = p[at], bound = Math.imul(coder[0] >>> 11, chance) >>> 0;
    let found = 0;
    if (coder[1] < bound) {
      coder[0] = bound;
      p[at] = chance + ((2048 - chance) >> 5);
    } else {
      coder[0] -= bound;
      coder[1] -= bound;
      p[at] = chance - (chance >> 5);
      found = 1;
    }
    if (coder[0] < 0x1000000) {
      coder[0] <<= 8;
      coder[1] = (coder[1] << 8) | packed[next++];
    }
    return found;
  }
  function evenly(bits: number): number { // as likely 0 as 1
    let value = 0;
    for (; bits > 0; --bits) {
      coder[0] >>>= 1;
      const found = coder[1] >= coder[0] ? 1 : 0;
      if (found) coder[1] -= coder[0];
      value = (value << 1) | found;
      if (coder[0] < 0x1000000) {
        coder[0] <<= 8;
        coder[1] = (coder[1] << 8) | packed[next++];
      }
    }
    return value;
  }
  // From a node of a tree to a leaf: most of the work, so `bit` stands here once more, with what it needs at hand.
  function leaf(at: number, node: number, leaves: number): number {
    let range = coder[0], code = coder[1];
    while (node < leaves) {
      const chance = p[at + node], bound = Math.imul(range >>> 11, chance) >>> 0;
      if (code < bound) {
        range = bound;
        p[at + node] = chance + ((2048 - chance) >> 5);
        node <<= 1;
      } else {
        range = (range - bound) >>> 0;
        code = (code - bound) >>> 0;
        p[at + node] = chance - (chance >> 5);
        node = (node << 1) | 1;
      }
      if (range < 0x1000000) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | packed[next++]) >>> 0;
      }
    }
    coder[0] = range;
    coder[1] = code;
    return node - leaves;
  }
  const tree = (at: number, bits: number) => leaf(at, 1, 1 << bits);
  function tree_from_below(at: number, bits: number): number {
    let node = 1, value = 0;
    for (let i = 0; i < bits; ++i) {
      const found = bit(at + node);
      node = (node << 1) | found;
      value |= found << i;
    }
    return value;
  }
  function length(at: number): number {
    if (!bit(at)) return 2 + tree(at + 2, 3);
    return bit(at + 1) ? 18 + tree(at + 18, 8) : 10 + tree(at + 10, 3);
  }
  function distance(count: number): number {
    const slot = tree(slot_trees + slots * Math.min(count - 2, 3), 6), bits = (slot >> 1) - 1;
    if (slot < 4) return slot;
    const high = (2 | (slot & 1)) << bits;
    if (slot < full) return high + tree_from_below(near_trees + high - slot, bits);
    return high + (evenly(bits - align) << align) + tree_from_below(align_tree, align);
  }
  function literal(before: number, likely: number): number { // `likely`: what stands at the last distance, -1 after a literal
    const at = literals + 0x300 * (before >> (8 - literal_bits));
    let node = 1;
    while (likely >= 0 && node < 0x100) {
      const guess = (likely >> 7) & 1, found = bit(at + ((1 + guess) << 8) + node);
      likely <<= 1;
      node = (node << 1) | found;
      if (guess !== found) likely = -1;
    }
    return leaf(at, node, 0x100);
  }

  let last = [0, 0, 0, 0]; // distances
  let state = 0;
  for (let at = 0; at < size;) {
    if (!bit(matched + state)) {
      out[at] = literal(at > 0 ? out[at - 1] : 0, state < 7 ? -1 : out[at - last[0] - 1]);
      ++at;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count: number;
    if (!bit(repeated + state)) {
      count = length(lengths);
      last = [distance(count), last[0], last[1], last[2]];
      state = state < 7 ? 7 : 10;
    } else {
      let which = 0;
      if (bit(other + state)) which = bit(second + state) ? 2 + bit(third + state) : 1;
      else if (!bit(longer + state)) {
        out[at] = out[at - last[0] - 1];
        ++at;
        state = state < 7 ? 9 : 11;
        continue;
      }
      const again = last[which];
      for (; which > 0; --which) last[which] = last[which - 1];
      last[0] = again;
      count = length(lengths + length_size);
      state = state < 7 ? 8 : 11;
    }
    for (const end = Math.min(at + count, size), back = last[0] + 1; at < end; ++at) out[at] = out[at - back];
  }
  return out;
}
