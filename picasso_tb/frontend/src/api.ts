/** The only place that talks to the server. Every address is relative, so that any prefix works. */
import type {
  Catalogue,
  Checkpoints,
  Deleted,
  ErrorBody,
  ErrorInfo,
  Estimate,
  Exhibits,
  JobStatus,
  MapsRequest,
  MapsResponse,
  Page,
  ProbeInfo,
  Probes,
  Received,
  Runs,
} from "./api-types";
import { pictureUrl } from "./logic/addresses";
import { parseArray, parseNpy, type Grid, type NumberArray } from "./logic/npy";

/** The server said no, and why. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly info: ErrorInfo,
  ) {
    super(info.message);
  }
}

/** No answer at all: the server is stopped, restarting or out of reach. */
export class Unreachable extends Error {}

const GUARD = { "X-XSRF-Protected": "1" };
const JSON_BODY = { ...GUARD, "Content-Type": "application/json" };

export class Api {
  catalogue(): Promise<Catalogue> {
    return this.json("catalogue");
  }

  runs(): Promise<Runs> {
    return this.json("runs");
  }

  checkpoints(run: string): Promise<Checkpoints> {
    return this.json(`checkpoints?${new URLSearchParams({ run })}`);
  }

  probes(run: string): Promise<Probes> {
    return this.json(`probes?${new URLSearchParams({ run })}`);
  }

  estimate(question: MapsRequest): Promise<Estimate> {
    return this.json("estimate", { method: "POST", headers: JSON_BODY, body: JSON.stringify(question) });
  }

  maps(question: MapsRequest): Promise<MapsResponse> {
    return this.json("maps", { method: "POST", headers: JSON_BODY, body: JSON.stringify(question) });
  }

  async map(key: string, signal: AbortSignal): Promise<Grid> {
    const bytes = await request(`maps/${encodeURIComponent(key)}`, { signal }, (response) => response.arrayBuffer());
    return parseNpy(bytes);
  }

  /** An array kept beside a map. */
  async array(key: string, name: string, signal: AbortSignal): Promise<NumberArray> {
    const path = `maps/${encodeURIComponent(key)}?${new URLSearchParams({ array: name })}`;
    return parseArray(await request(path, { signal }, (response) => response.arrayBuffer()));
  }

  /** What a visualization shows beside a map, or in place of one. */
  async exhibits(key: string, signal: AbortSignal): Promise<Exhibits["exhibits"]> {
    return (await this.json<Exhibits>(`maps/${encodeURIComponent(key)}?format=exhibits`, { signal })).exhibits;
  }

  /** Makes the page of a visualization with a template of its own. */
  async page(key: string, signal: AbortSignal): Promise<string> {
    return (await this.json<Page>(`maps/${encodeURIComponent(key)}?format=page`, { signal })).html;
  }

  /** What the model received for the map's probe. */
  received(key: string, signal: AbortSignal): Promise<Received> {
    return this.json(`maps/${encodeURIComponent(key)}?format=received`, { signal });
  }

  /** Lets a worker load what will be asked for first. */
  warm(run: string, checkpoint: string): Promise<unknown> {
    return this.json("warm", { method: "POST", headers: JSON_BODY, body: JSON.stringify({ run, checkpoint }) });
  }

  job(id: string, seen: number): Promise<JobStatus> {
    return this.json(`jobs/${encodeURIComponent(id)}?seen=${seen}`);
  }

  cancel(id: string): Promise<JobStatus> {
    const options = { method: "DELETE", headers: JSON_BODY, keepalive: true }; // also from a page that is closed
    return this.json(`jobs/${encodeURIComponent(id)}`, options);
  }

  /** A picture kept before gets the new name and region; `region` as `Wish` says. */
  upload(file: Blob, name: string, region: string | null = null): Promise<ProbeInfo> {
    const body = new FormData();
    body.append("file", file);
    body.append("name", name);
    if (region !== null) body.append("region", region);
    return this.json("probes", { method: "POST", headers: GUARD, body });
  }

  /** The file of a probe's picture. */
  picture(run: string, probe: ProbeInfo): Promise<Blob> {
    return request(pictureUrl(run, probe).replace(/^api\//, ""), {}, (response) => response.blob());
  }

  forget(probe: string): Promise<Deleted> {
    return this.json(`probes/${encodeURIComponent(probe)}`, { method: "DELETE", headers: JSON_BODY });
  }

  private json<T>(path: string, options: RequestInit = {}): Promise<T> {
    return request(path, options, (response) => response.json() as Promise<T>);
  }
}

/** An answer cut short, or one that somebody else gave for the server, is no answer. */
async function request<T>(path: string, options: RequestInit, read: (response: Response) => Promise<T>): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, options);
    if (response.ok) return await read(response);
  } catch (broken) {
    if (options.signal?.aborted) throw broken;
    throw new Unreachable("TensorBoard does not answer");
  }
  throw new ApiError(response.status, await errorOf(response));
}

async function errorOf(response: Response): Promise<ErrorInfo> {
  // Somebody between us and the server may answer in another way, or in no JSON at all.
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null;
  const message = `Expected an answer. Received: ${response.status} ${response.statusText}`;
  return typeof body?.error?.message === "string" ? body.error : { code: "error", message, field: null };
}
