import type { ExecutionContext } from '@nestjs/common';

type Handler = ReturnType<ExecutionContext['getHandler']>;
type Controller = ReturnType<ExecutionContext['getClass']>;

/** What a route declares never changes: it is read once and not with each request. The handler's own word comes first. */
export function perRoute<Declared>(
  read: (targets: [Handler, Controller]) => Declared,
): (context: ExecutionContext) => Declared {
  const known = new WeakMap<Controller, WeakMap<Handler, Declared>>();
  return (context) => {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    let ofController = known.get(controller);
    if (!ofController) known.set(controller, (ofController = new WeakMap()));
    const present = ofController.get(handler);
    if (present !== undefined) return present;
    const declared = read([handler, controller]);
    ofController.set(handler, declared);
    return declared;
  };
}
