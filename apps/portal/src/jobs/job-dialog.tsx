import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Job } from '../api/answers.js';
import { ActionDialog } from '../parts/action-dialog.js';
import { JobProgress } from './job-progress.js';

interface JobDialogProps {
  title: string;
  close: () => void;
  /** What it will do, before it does it. */
  children: ReactNode;
  action: string;
  make: () => Promise<Job>;
}

/** An action that is done by a job: said first, made when told, and followed until it has ended. */
export function JobDialog({ title, close, children, action, make }: JobDialogProps) {
  const { mutate, isPending, error, data } = useMutation({ mutationFn: make });
  return (
    <ActionDialog
      title={title}
      close={close}
      action={action}
      run={() => mutate()}
      busy={isPending}
      error={error}
      result={data === undefined ? null : <JobProgress id={data.id} />}
    >
      {children}
    </ActionDialog>
  );
}
