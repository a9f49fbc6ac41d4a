/** As much of Elasticsearch's API as the collector's exporter uses: bulk requests that create documents, each id once. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

export type Document = Readonly<Record<string, unknown>>;

/** As a store sorts by time, which it has to the millisecond, and by what tells lines of one millisecond apart. */
export function byTime(a: Document, b: Document): number {
  const [one, other] = [a, b].map((each) => Date.parse(String(each["@timestamp"])));
  return one === other ? Number(a.order) - Number(b.order) : Number(one) - Number(other);
}

interface Stored {
  readonly index: string;
  readonly id: string;
  readonly document: Document;
}

export class BulkStore {
  private server: Server | undefined;
  private readonly stored = new Map<string, Stored>();
  /** Documents that came once more. */
  conflicts = 0;
  /** User and password of the last request, with a colon between. */
  credentials: string | undefined;
  /** How many requests it has refused. */
  refused = 0;
  /** What to answer in the place of the truth. */
  refusal: number | undefined;

  /** Takes requests, at the same port each time. */
  async open(port = this.port): Promise<void> {
    const server = createServer((request, response) => {
      void this.answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const address = server.address();
    if (typeof address === "object" && address !== null) this.port = address.port;
    this.server = server;
  }

  port = 0;

  /** Goes away, in the middle of what it is asked. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  get documents(): readonly Stored[] {
    return [...this.stored.values()];
  }

  get size(): number {
    return this.stored.size;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const content = await buffer(request);
      const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(content) : content;
      const [, basic = ""] = (request.headers.authorization ?? "").split(" ");
      this.credentials = Buffer.from(basic, "base64").toString("utf8");
      if (this.refusal !== undefined) this.refused += 1;
      response.setHeader("X-Elastic-Product", "Elasticsearch");
      response.setHeader("Content-Type", "application/json");
      response.statusCode = this.refusal ?? 200;
      response.end(this.refusal === undefined ? this.bulk(text.toString("utf8")) : "{}");
    } catch {
      response.destroy(); // the connection was closed in the middle
    }
  }

  private bulk(text: string): string {
    const lines = text.split("\n").filter((line) => line !== "");
    const items = [];
    for (let at = 0; at + 1 < lines.length; at += 2) {
      const { create } = JSON.parse(lines[at] ?? "") as { create: { _index: string; _id: string } };
      const { _index: index, _id: id } = create;
      const key = `${index}/${id}`;
      const isNew = !this.stored.has(key);
      if (isNew)
        this.stored.set(key, { index, id, document: JSON.parse(lines[at + 1] ?? "") as Document });
      else this.conflicts += 1;
      const error = { type: "version_conflict_engine_exception", reason: "there already" };
      items.push({
        create: { _index: index, _id: id, status: isNew ? 201 : 409, ...(!isNew && { error }) },
      });
    }
    return JSON.stringify({
      took: 1,
      errors: items.some(({ create }) => "error" in create),
      items,
    });
  }
}
