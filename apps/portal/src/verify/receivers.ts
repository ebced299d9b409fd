import guide from '@docs/verifying.md?raw';

/** As the guide marks what is to be saved as a file: the language, then the name of the file. */
const EXAMPLE = /^```\w+ (\S+)\n([\s\S]*?)^```$/gm;
const examples = new Map([...guide.matchAll(EXAMPLE)].map(([, name = '', code = '']) => [name, code]));

function example(file: string): string {
  const code = examples.get(file);
  if (code === undefined) throw new Error(`docs/verifying.md has no ${file}`);
  return code;
}

interface ReceiverGuide {
  file: string;
  program: string;
  /** Commands that fetch the library; null where there is none. */
  install: string | null;
}

const receiver = (file: string, install: string | null): ReceiverGuide => ({
  file,
  program: example(file),
  install: install === null ? null : example(install),
});

/** A receiver in each language, as the guide has it: there every one of them is run against real deliveries. */
export const receivers = {
  TypeScript: receiver('receiver.ts', 'install-typescript.sh'),
  Python: receiver('receiver.py', 'install-python.sh'),
  Go: receiver('receiver.go', 'install-go.sh'),
  Java: receiver('Receiver.java', 'install-java.sh'),
  Ruby: receiver('receiver.rb', null),
};

export type Language = keyof typeof receivers;
