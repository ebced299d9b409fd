import type { ParsedFilter } from '@sluice/filters/parse-filter';
import { Icon } from '../parts/icon.js';
import { filterWords, type Words } from './filter-words.js';

/** What the filter says, or where it is wrong, while it is being typed. */
export const Explanation = ({ parsed }: { parsed: ParsedFilter }) => (
  <section
    className={parsed.ok ? 'explanation' : 'explanation explanation-bad'}
    aria-label="What this filter says"
    aria-live="polite"
  >
    {parsed.ok ? (
      <>
        <p className="explanation-lead">An event is delivered when</p>
        <ul className="words">
          <WordsItem words={filterWords(parsed.filter.root)} />
        </ul>
      </>
    ) : (
      <>
        <p className="explanation-lead">
          <Icon name="alert" /> This is no filter yet
        </p>
        <ul className="faults">
          {parsed.faults.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path === '' ? null : <code>{path}</code>} {message}
            </li>
          ))}
        </ul>
      </>
    )}
  </section>
);

const WordsItem = ({ words }: { words: Words }) => (
  <li>
    {words.text}
    {words.parts.length === 0 ? null : (
      <ul>
        {words.parts.map((part, index) => (
          <WordsItem key={index} words={part} />
        ))}
      </ul>
    )}
  </li>
);
