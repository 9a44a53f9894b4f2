import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';

/** Stands for the cluster's DNS: one name, and the addresses of the pods behind it, for as long as they are there. */
export class NameServer {
  port = 0;
  addresses: readonly string[];
  readonly #name: string;

  private constructor(name: string, addresses: readonly string[]) {
    this.#name = name;
    this.addresses = addresses;
  }

  static start(name: string, addresses: readonly string[]): Promise<NameServer> {
    const names = new NameServer(name, addresses);
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.on('message', (query, { address, port }) => {
      socket.send(names.#answer(query), port, address);
    });
    return new Promise((resolve) => {
      socket.bind(0, '127.0.0.1', () => {
        names.port = socket.address().port;
        resolve(names);
      });
    });
  }

  #answer(query: Buffer): Buffer {
    const end = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, end);
    const isAddress = question.readUInt16BE(question.length - 4) === 1;
    const known = isAddress && nameIn(question) === this.#name;
    const records = (known ? this.addresses : []).map((address) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]),
    );
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8580, 2); // an answer, by who has authority
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    return Buffer.concat([head, question, ...records]);
  }
}

function nameIn(question: Buffer): string {
  const labels: string[] = [];
  for (let at = 0; (question[at] ?? 0) > 0; at += (question[at] ?? 0) + 1) {
    labels.push(question.toString('latin1', at + 1, at + 1 + (question[at] ?? 0)));
  }
  return labels.join('.').toLowerCase();
}
