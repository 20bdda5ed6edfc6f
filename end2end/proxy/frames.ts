// WebSocket frames (RFC 6455) as a byte stream carries them: read on both sides of the proxy, written on the server's side only.

const masked_bit = 0x80;
const length_16_bits = 126;
const length_64_bits = 127;

/** What a frame is about; from 8 on it is a control frame, which may stand between the parts of a message. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

type Frame = { isLast: boolean; opcode: number; payload: Buffer; raw: Buffer };

/** A whole message or control frame. `raw` is what came over the wire for it. */
export type Message = { opcode: number; payload: Buffer; raw: Buffer };

/** Reads messages from a stream that comes in pieces of any size. */
export class MessageReader {
  #rest = Buffer.alloc(0);
  #parts: Frame[] = [];

  read(chunk: Buffer): Message[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      const message = this.#join(frame);
      if (message !== undefined) messages.push(message);
    }
    return messages;
  }

  #next(): Frame | undefined {
    const frame = frameAt(this.#rest);
    if (frame !== undefined) this.#rest = this.#rest.subarray(frame.raw.length);
    return frame;
  }

  #join(frame: Frame): Message | undefined {
    if (frame.opcode >= opcode.close) return frame;
    this.#parts.push(frame);
    if (!frame.isLast) return undefined;
    const parts = this.#parts;
    this.#parts = [];
    return {
      opcode: parts[0]?.opcode ?? opcode.continuation,
      payload: Buffer.concat(parts.map((part) => part.payload)),
      raw: Buffer.concat(parts.map((part) => part.raw)),
    };
  }
}

function frameAt(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  let [at, length] = [2, second & 0x7f];
  if (length === length_16_bits) {
    if (bytes.length < 4) return undefined;
    [at, length] = [4, bytes.readUInt16BE(2)];
  } else if (length === length_64_bits) {
    if (bytes.length < 10) return undefined;
    [at, length] = [10, Number(bytes.readBigUInt64BE(2))];
  }
  const isMasked = (second & masked_bit) !== 0;
  const start = isMasked ? at + 4 : at;
  if (bytes.length < start + length) return undefined;
  const payload = Buffer.from(bytes.subarray(start, start + length));
  if (isMasked) payload.forEach((byte, index) => (payload[index] = byte ^ bytes.readUInt8(at + (index % 4))));
  return { isLast: (first & 0x80) !== 0, opcode: first & 0x0f, payload, raw: bytes.subarray(0, start + length) };
}

/** One unmasked frame, as a server sends it: text for a string, binary for bytes. */
export function frameOf(content: string | Buffer): Buffer {
  const payload = Buffer.from(content);
  const first = 0x80 | (typeof content === 'string' ? opcode.text : opcode.binary);
  return Buffer.concat([headOf(first, payload.length), payload]);
}

function headOf(first: number, length: number): Buffer {
  if (length < length_16_bits) return Buffer.from([first, length]);
  const head = Buffer.alloc(length < 0x1_0000 ? 4 : 10);
  head.writeUInt8(first, 0);
  if (length < 0x1_0000) {
    head.writeUInt8(length_16_bits, 1);
    head.writeUInt16BE(length, 2);
  } else {
    head.writeUInt8(length_64_bits, 1);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return head;
}
