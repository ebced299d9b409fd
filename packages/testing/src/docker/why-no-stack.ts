import { whyNoBaseImages } from './base-images.js';
import { composeProgram } from './compose-program.js';
import { dockerAnswers } from './docker.js';

/** What is missing to run the compose file on this machine, or null. */
export async function whyNoStack(): Promise<string | null> {
  if (composeProgram() === undefined) return 'neither docker compose nor docker-compose is there';
  if (!(await dockerAnswers())) return 'no Docker engine answers';
  return whyNoBaseImages();
}
