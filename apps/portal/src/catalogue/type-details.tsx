import type { EventType } from '../api/answers.js';
import { prettyJson } from '../json/pretty-json.js';
import { Code } from '../parts/code.js';
import { Scroll } from '../parts/scroll.js';
import { membersOf } from './schema-members.js';

/** A type's data: its members in a table, an example, and the schema as it was written. */
export function TypeDetails({ type }: { type: EventType }) {
  const members = membersOf(type.schema);
  return (
    <div className="type-details">
      {type.schema === null ? (
        <p className="muted">This type has no schema: its data may be anything.</p>
      ) : (
        <div>
          {members.length === 0 ? null : (
            <Scroll card label={`Members of ${type.name}`}>
              <table className="table plain">
                <thead>
                  <tr>
                    <th scope="col">Member</th>
                    <th scope="col">Kind</th>
                    <th scope="col">What it is</th>
                  </tr>
                </thead>
                <tbody>
                  {members.map(({ path, kind, required, description }) => (
                    <tr key={path}>
                      <th scope="row">
                        <code>{path}</code>
                      </th>
                      <td>
                        {kind}
                        {required ? <span className="muted"> · always there</span> : null}
                      </td>
                      <td>{description}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </div>
      )}
      {type.example === undefined || type.example === null ? null : (
        <Code label="Example" text={prettyJson(type.example)} />
      )}
      {type.schema === null ? null : (
        <details className="more">
          <summary>JSON Schema</summary>
          <Code label="JSON Schema" text={prettyJson(type.schema)} />
        </details>
      )}
    </div>
  );
}
