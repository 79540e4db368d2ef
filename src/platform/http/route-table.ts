import { Injectable } from '@nestjs/common';
import { pathOf } from './address.js';

/** Every route that exists, to tell "not here" from "not so": 404 or 405. */
@Injectable()
export class RouteTable {
  private readonly routes: { readonly method: string; readonly url: string; readonly pattern: RegExp }[] = [];

  add(methods: string | readonly string[], url: string): void {
    const source = url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z0-9_]+/g, '[^/]+')
      .replace(/\*/g, '.*');
    for (const method of [methods].flat()) {
      this.routes.push({ method, url, pattern: new RegExp(`^${source}/?$`) });
    }
  }

  /** The methods in which an address can be asked, sorted; none where nothing is. */
  methodsOf(url: string): readonly string[] {
    const path = pathOf(url);
    return [
      ...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)),
    ].sort();
  }

  /** All routes, for the test that proves that each declares who may use it. */
  all(): readonly { readonly method: string; readonly url: string }[] {
    return this.routes.map(({ method, url }) => ({ method, url }));
  }
}
