import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Api, ApiError, Unreachable } from "./api";

async function refusal(response: Response | Error): Promise<unknown> {
  const answer = response instanceof Error ? Promise.reject(response) : Promise.resolve(response);
  mock.method(globalThis, "fetch", () => answer);
  return new Api().runs().catch((problem: unknown) => problem);
}

test("a refusal says what the server says", async () => {
  const error = { code: "not_found", message: "No such run.", field: "run" };
  const problem = await refusal(Response.json({ error }, { status: 404 }));
  assert.ok(problem instanceof ApiError);
  assert.deepEqual([problem.status, problem.info], [404, error]);
});

for (const body of ['{"detail": "Sign in first"}', '{"error": "forbidden"}', "null", "<html>"]) {
  test(`a refusal by somebody else, ${body}, is one too`, async () => {
    const problem = await refusal(new Response(body, { status: 403, statusText: "Forbidden" }));
    assert.ok(problem instanceof ApiError);
    assert.equal(problem.message, "Expected an answer. Received: 403 Forbidden");
  });
}

test("no answer is no refusal", async () => {
  assert.ok((await refusal(new TypeError("network"))) instanceof Unreachable);
  assert.ok((await refusal(new Response("{", { status: 200 }))) instanceof Unreachable);
});
