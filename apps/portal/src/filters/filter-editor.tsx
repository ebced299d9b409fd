import { type ParsedFilter, parseFilterText } from '@sluice/filters/parse-filter';
import { useMemo, useState } from 'react';
import { prettyJson } from '../json/pretty-json.js';
import { type BuiltFilter, builtOf, filterOf } from './built-filter.js';
import { Explanation } from './explanation.js';
import { FilterBuilder } from './filter-builder.js';

interface EditorProps {
  text: string;
  change: (text: string) => void;
  paths: readonly string[];
  /** What the API said of the filter. */
  error?: string | undefined;
}

/** An empty editor is no filter, which lets every event through. */
export const parseEditorText = (text: string): ParsedFilter => parseFilterText(text.trim() === '' ? '{}' : text);

/** The builder beside the JSON, two views of one filter, and below what it says in words. */
export function FilterEditor({ text, change, paths, error }: EditorProps) {
  const parsed = useMemo(() => parseEditorText(text), [text]);
  const [built, setBuilt] = useState<BuiltFilter | null>(() => (parsed.ok ? builtOf(parsed.filter.root) : null));
  const write = (next: string) => {
    change(next);
    const read = parseEditorText(next);
    setBuilt(read.ok ? builtOf(read.filter.root) : null);
  };
  const build = (next: BuiltFilter) => {
    setBuilt(next);
    const filter = filterOf(next);
    change(Object.keys(filter).length === 0 ? '' : prettyJson(filter));
  };
  return (
    <div className="filter-editor">
      <div className="filter-side">
        <h3 className="small-title">Builder</h3>
        {built === null ? (
          <p className="muted">
            {parsed.ok
              ? 'This filter says more than the builder can show. Change it as JSON.'
              : 'Mend the JSON to go on building.'}
          </p>
        ) : (
          <FilterBuilder built={built} change={build} paths={paths} />
        )}
      </div>
      <div className="filter-side">
        <h3 className="small-title" id="filter-json">
          JSON
        </h3>
        <textarea
          className="mono filter-text"
          aria-labelledby="filter-json"
          aria-invalid={!parsed.ok || error !== undefined}
          spellCheck={false}
          rows={9}
          placeholder="{}"
          value={text}
          onChange={(event) => write(event.target.value)}
        />
        {error === undefined ? null : <p className="field-error">{error}</p>}
      </div>
      <Explanation parsed={parsed} />
    </div>
  );
}
