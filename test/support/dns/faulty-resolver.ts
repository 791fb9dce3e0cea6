import { createSocket } from 'node:dgram';
import type { RemoteInfo } from 'node:dgram';

/** A resolver before another one: passes questions on, or answers all that nothing exists, as a broken one does. */
export interface FaultyResolver extends AsyncDisposable {
  /** Address and port, as the setting takes it. */
  server: string;
  /** The resolver that answers, in the same form. */
  upstream: string;
  denies: boolean;
}

const NAME_ERROR = 3;

/** Starts it on a free port; UDP alone, since the answers of a test are short. */
export async function startFaultyResolver(): Promise<FaultyResolver> {
  const front = createSocket('udp4');
  await new Promise<void>((resolve) => front.bind(0, '127.0.0.1', resolve));
  const faulty: FaultyResolver = {
    server: `127.0.0.1:${front.address().port}`,
    upstream: '',
    denies: false,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => front.close(resolve));
    },
  };
  front.on('message', (question, from) => {
    if (faulty.denies) front.send(deny(question), from.port, from.address);
    else passOn(faulty.upstream, question, (answer) => front.send(answer, from.port, from.address));
  });
  return faulty;
}

/** RFC 1035 4.1.1: QR, RD as asked, RA and RCODE 3; the question alone, without the OPT record behind it. */
function deny(question: Buffer): Buffer {
  let end = 12;
  while (question[end] !== 0) end += question[end]! + 1;
  const answer = Buffer.from(question.subarray(0, end + 5));
  answer[2] = 0x80 | (question[2]! & 0x01);
  answer[3] = 0x80 | NAME_ERROR;
  answer.fill(0, 6, 12);
  return answer;
}

function passOn(upstream: string, question: Buffer, give: (answer: Buffer) => void): void {
  const [address, port] = upstream.split(':');
  const back = createSocket('udp4');
  const close = (): void => void back.close();
  const patience = setTimeout(close, 10_000);
  back.once('message', (answer: Buffer, _from: RemoteInfo) => {
    clearTimeout(patience);
    give(answer);
    close();
  });
  back.send(question, Number(port), address);
}
