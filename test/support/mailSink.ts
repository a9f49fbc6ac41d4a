import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail as it came in. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body, as they were sent. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface MailSinkOptions {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  readonly user: string;
  readonly password: string;
}

/**
 * A mail relay on this machine, which the lab's machines reach: takes every mail that comes after STARTTLS from an account,
 * and sends none on.
 */
export class MailSink {
  readonly received: ReceivedMail[] = [];
  private readonly server: SMTPServer;

  private constructor({ certificate, key, user, password }: MailSinkOptions) {
    this.server = new SMTPServer({
      cert: certificate,
      key,
      disableReverseLookup: true,
      onAuth: (given, _, done) => {
        if (given.username === user && given.password === password) done(null, { user });
        else done(new Error("who are you?"));
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.received.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString(),
            at: Date.now(),
          });
          done();
        });
      },
    });
  }

  static async open(options: MailSinkOptions): Promise<MailSink> {
    const sink = new MailSink(options);
    await new Promise<void>((resolve) => sink.server.listen(0, "0.0.0.0", resolve));
    return sink;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(resolve);
    });
  }
}
