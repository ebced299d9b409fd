import type { DescribedRoute } from '../operations/described-routes.js';
import { type OpenapiDocument, openapiDocument } from '../operations/openapi-document.js';

/** The OpenAPI document of the routes that are served: made when it is first asked for, and kept. */
export class Reference {
  #document: OpenapiDocument | null = null;
  #text: string | null = null;

  constructor(private readonly routes: readonly DescribedRoute[]) {}

  get document(): OpenapiDocument {
    this.#document ??= openapiDocument(this.routes);
    return this.#document;
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.document);
    return this.#text;
  }
}
