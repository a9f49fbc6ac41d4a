import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { Balancer } from "../../support/balancer";

describe("a balancer", () => {
  const urls = ["http://127.0.0.1/", "http://127.0.0.2/", "http://127.0.0.3/"];

  test("gives every address its turn", () => {
    const balancer = new Balancer(urls, undefined);
    assert.deepEqual(
      [0, 1, 2, 3].map((turn) => balancer.inTurn(turn)[0]),
      [urls[0], urls[1], urls[2], urls[0]],
    );
    assert.deepEqual(balancer.inTurn(2), [urls[2], urls[0], urls[1]]);
  });

  test("leaves out an address that says no or does not answer, until it says yes", async () => {
    let isWell = false;
    // Answers on the first two addresses; on the third nobody does.
    const answer: http.RequestListener = (request, response) => {
      const isSecond = request.socket.localAddress === "127.0.0.2";
      response.writeHead(isSecond && !isWell ? 503 : 200).end();
    };
    const first = http.createServer(answer);
    await once(first.listen(0, "127.0.0.1"), "listening");
    const { port } = first.address() as AddressInfo;
    const second = http.createServer(answer);
    await once(second.listen(port, "127.0.0.2"), "listening");
    const balancer = new Balancer(urls, { port, path: "/ping" });
    const become = async (expected: readonly (string | undefined)[]) => {
      while (balancer.inTurn(0).join() !== expected.join())
        await new Promise((resolve) => setTimeout(resolve, 10));
    };
    try {
      assert.deepEqual(balancer.inTurn(0), urls, "nobody was asked yet");
      await become([urls[0]]);
      isWell = true;
      await become([urls[0], urls[1]]);
      first.close();
      second.close();
      await become(urls);
    } finally {
      balancer.stop();
      first.close();
      second.close();
    }
  });
});
