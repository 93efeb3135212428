import assert from "node:assert/strict";
import { test } from "node:test";
import { Shared } from "./shared";

function server(): {
  made: AbortSignal[];
  answer: (value: number) => void;
  make: (signal: AbortSignal) => Promise<number>;
} {
  const made: AbortSignal[] = [];
  const answers: ((value: number) => void)[] = [];
  const make = (signal: AbortSignal): Promise<number> => {
    made.push(signal);
    return new Promise((resolve) => answers.push(resolve));
  };
  return { made, make, answer: (value) => answers.shift()?.(value) };
}

const never = (): AbortSignal => new AbortController().signal;

test("what two ask for at once is asked once", async () => {
  const { made, make, answer } = server();
  const shared = new Shared<number>();
  const both = [shared.ask("a", never(), make), shared.ask("a", never(), make)];
  answer(7);
  assert.deepEqual(await Promise.all(both), [7, 7]);
  assert.equal(made.length, 1);
  void shared.ask("a", never(), make);
  assert.equal(made.length, 2);
});

test("a request ends when the last who waits gives up, not before", async () => {
  const { made, make, answer } = server();
  const shared = new Shared<number>();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = shared.ask("a", one.signal, make);
  const second = shared.ask("a", other.signal, make);
  one.abort();
  await assert.rejects(first, { name: "AbortError" });
  assert.equal(made.at(0)?.aborted, false);
  other.abort();
  await assert.rejects(second, { name: "AbortError" });
  assert.equal(made.at(0)?.aborted, true);
  const third = shared.ask("a", never(), make);
  answer(1); // of the request given up
  answer(2);
  assert.equal(await third, 2);
});
