import { texts } from './texts.js';

/** Why a call was refused: the service's own sentence, and what to do where the page knows more. */
export class Problem extends Error {
    constructor(status, code, detail) {
        super(detail);
        this.status = status;
        this.code = code;
        this.advice = texts.advice[code] ?? '';
    }
}

const csrf = document.querySelector('meta[name=csrf-token]')?.content ?? '';

async function call(method, path, body) {
    const headers = { Accept: 'application/json' };
    if (method !== 'GET') headers['X-CSRF-Token'] = csrf;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let response;
    try {
        response = await fetch(`/api/v1${path}`, {
            method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'same-origin', cache: 'no-store',
        });
    } catch {
        throw new Problem(0, 'Unreachable', texts.unreachable);
    }
    const text = await response.text();
    let document;
    try {
        document = text === '' ? undefined : JSON.parse(text);
    } catch {
        document = undefined;
    }
    if (response.ok) return document;
    if (response.status === 401) window.dispatchEvent(new Event('session-ended'));
    throw new Problem(response.status, document?.code ?? 'Failed', document?.detail ?? texts.failedWith(response.status));
}

const query = (fields) => {
    const used = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
    return used.length > 0 ? `?${new URLSearchParams(used)}` : '';
};

/** The calls of the API; see docs/openapi.json. */
export const api = {
    session: () => call('GET', '/session'),
    overview: () => call('GET', '/overview'),
    job: () => call('GET', '/job'),
    cancel: () => call('POST', '/job/cancel'),
    snapshots: async () => (await call('GET', '/snapshots')).snapshots,
    createSnapshot: (system, data, description) => call('POST', '/snapshots', { system, data, description }),
    activate: (id) => call('POST', `/snapshots/${id}/activate`),
    deleteSnapshot: (id) => call('DELETE', `/snapshots/${id}`),
    backups: async () => (await call('GET', '/backups')).backups,
    createBackup: (id, password) => call('POST', '/backups', { id, password }),
    deleteBackup: (id) => call('DELETE', `/backups/${id}`),
    verify: (id, password) => call('POST', `/backups/${id}/verify`, { password }),
    files: (id, place, offset, limit) => call('GET', `/backups/${id}/files${query({ ...place, offset, limit })}`),
    search: (text, offset, limit) => call('GET', `/search${query({ text, offset, limit })}`),
    restore: (id, order) => call('POST', `/backups/${id}/restore`, order),
};

/** Where a finished backup is downloaded. */
export const downloadPath = (backup) => `/nexus-backups/${encodeURIComponent(backup.name)}`;
