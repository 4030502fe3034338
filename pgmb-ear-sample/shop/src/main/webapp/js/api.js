const ROOT = new URL('../api/', import.meta.url);
const PATIENCE_MS = 10_000;

/** The server has understood the request and does not do it; the message is its reason. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    /** The wrong members of the request, each with `pointer` and `detail`. */
    this.errors = problem.errors ?? [];
  }
}

/** No answer, or none that says whether the request was done. */
export class Silence extends Error {}

export function get(path) {
  return request(path, {});
}

export function post(path, body) {
  return request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

async function request(path, options) {
  const response = await answer(path, options);
  if (response.ok) {
    return json(response);
  }
  if (response.status >= 500) {
    throw new Silence(`The server answers with an error (${response.status}).`);
  }
  throw new Refusal(await json(response));
}

async function answer(path, options) {
  try {
    return await fetch(new URL(path, ROOT), { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Silence('The server does not answer.');
  }
}

async function json(response) {
  try {
    return await response.json();
  } catch {
    throw new Silence('The answer of the server cannot be read.');
  }
}
