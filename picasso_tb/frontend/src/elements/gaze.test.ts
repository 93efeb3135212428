import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { ReactiveControllerHost } from "lit";
import { CHOICE } from "../logic/choice";
import { WHOLE } from "../logic/paint";
import type { Action } from "../logic/state";
import { ActEvent, type Wish } from "./act";
import { Gaze } from "./gaze";

const QUARTER = { top: 0.5, left: 0.5, height: 0.25, width: 0.25 };

class Host extends EventTarget implements ReactiveControllerHost {
  readonly updateComplete = Promise.resolve(true);
  readonly said: (Action | Wish)[] = [];

  constructor() {
    super();
    this.addEventListener("act", (event) => event instanceof ActEvent && this.said.push(event.action));
  }

  addController(): void {}
  removeController(): void {}
  requestUpdate(): void {}
}

test("a link is taken over; another checkpoint changes nothing, another probe begins anew", () => {
  const gaze = new Gaze(new Host());
  const spot = { down: 0.6, right: 0.6 };
  gaze.follow("a", { ...CHOICE, zoom: QUARTER, spot });
  assert.deepEqual([gaze.view, gaze.place], [QUARTER, spot]);
  gaze.begin({ down: 0, right: 0 });
  gaze.follow("a", { ...CHOICE, zoom: QUARTER, spot, step: 7 });
  assert.deepEqual([gaze.view, gaze.place], [QUARTER, spot]);
  gaze.follow("b", CHOICE);
  assert.deepEqual([gaze.view, gaze.place], [WHOLE, null]);
});

test("only what has settled goes into the link, and does not come back as news", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const host = new Host();
  const gaze = new Gaze(host);
  gaze.follow("a", CHOICE);
  gaze.show(QUARTER);
  gaze.look({ down: 0.6, right: 0.7 });
  mock.timers.tick(200);
  gaze.look({ down: 0.6, right: 0.6 });
  assert.equal(host.said.length, 0);
  mock.timers.tick(400);
  const [said] = host.said;
  assert.ok(said?.type === "choose");
  assert.deepEqual([host.said.length, said.choice], [1, { zoom: QUARTER, spot: { down: 0.6, right: 0.6 } }]);
  gaze.look({ down: 0.55, right: 0.55 });
  gaze.follow("a", { ...CHOICE, ...said.choice });
  assert.deepEqual(gaze.place, { down: 0.55, right: 0.55 });
  mock.timers.reset();
});

test("what is shown follows the place, and stays within the map", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const gaze = new Gaze(new Host());
  gaze.show(QUARTER);
  gaze.moveTo({ down: 0.6, right: 0.7 });
  assert.deepEqual(gaze.view, QUARTER);
  gaze.moveTo({ down: 0.05, right: 0.9 });
  assert.deepEqual(gaze.view, { ...QUARTER, top: 0, left: 0.75 });
  mock.timers.reset();
});
