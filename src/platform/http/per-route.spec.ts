import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { perRoute } from './per-route.js';

class Base {
  act(this: void): void {
    // What a route does is not asked here.
  }
}
class One extends Base {}
class Other extends Base {}

const route = (controller: typeof Base) =>
  ({ getHandler: () => Base.prototype.act, getClass: () => controller }) as unknown as ExecutionContext;

describe('what a route declares', () => {
  it('is read once', () => {
    let times = 0;
    const declared = perRoute(() => ({ times: ++times }));
    expect([declared(route(One)), declared(route(One))]).toEqual([{ times: 1 }, { times: 1 }]);
  });

  it('is another thing of another controller, even where the handler is the same', () => {
    const declared = perRoute(([handler, controller]) => `${controller.name}.${handler.name}`);
    expect([declared(route(One)), declared(route(Other)), declared(route(One))]).toEqual([
      'One.act',
      'Other.act',
      'One.act',
    ]);
  });
});
