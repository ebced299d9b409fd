import type { DescribedRoute } from '../operations/described-routes.js';
import { openapiDocument } from '../operations/openapi-document.js';
import { docsPage } from './docs-page.js';

/** The reference of the routes that are served, for programs and for people: made when it is first asked for, and kept. */
export class Reference {
  #made: { text: string; page: string } | null = null;

  /** @param publicUrl where they are served, without a trailing slash; null when that is not configured. */
  constructor(
    private readonly routes: readonly DescribedRoute[],
    private readonly publicUrl: string | null,
  ) {}

  /** The OpenAPI document as JSON. */
  get text(): string {
    return this.#make().text;
  }

  /** The same as HTML. */
  get page(): string {
    return this.#make().page;
  }

  #make() {
    if (this.#made !== null) return this.#made;
    const document = openapiDocument(this.routes, this.publicUrl);
    this.#made = { text: JSON.stringify(document), page: docsPage(document) };
    return this.#made;
  }
}
