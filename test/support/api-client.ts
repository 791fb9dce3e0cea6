/** An answer of the API. */
export interface ApiAnswer {
  status: number;
  /** Parsed JSON; undefined for an empty answer. */
  // oxlint-disable-next-line typescript/no-explicit-any -- what a stranger's program would see: any JSON
  body: any;
  headers: Headers;
}

export interface ApiClient {
  get(path: string): Promise<ApiAnswer>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
}

/** Speaks with the API of a service as a program would; without a token as a stranger. */
export function apiClient(url: string, token?: string): ApiClient {
  const send: ApiClient['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      headers: response.headers,
    };
  };
  return { get: async (path) => send('GET', path), send };
}
