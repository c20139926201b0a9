import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { startBridge } from './bridge.ts';

describe('health', () => {
  it('is alive without a token', async () => {
    const { url } = await startBridge();
    await request(url).get('/healthz').expect(200, { status: 'alive' });
  });

  it('is ready while a write can be committed, and says what keeps users from being reconciled', async () => {
    const { url, runtime } = await startBridge();
    const reply = await request(url).get('/readyz').expect(200);
    expect(reply.body).toEqual({
      ready: true,
      degraded: [
        'directory main: no mapping is active, so nothing is reconciled',
        'directory acme: no mapping is active, so nothing is reconciled',
      ],
    });
    runtime.directories.get('main')!.degraded = ['mapping.yaml:3:1  no such profile'];
    const worse = await request(url).get('/readyz').expect(200);
    expect(worse.body).toMatchObject({
      degraded: ['directory main: mapping.yaml:3:1  no such profile', expect.stringContaining('acme')],
    });
  });

  it('is not ready when no write can be committed', async () => {
    const { url, runtime } = await startBridge();
    await runtime.store.close();
    const reply = await request(url).get('/readyz').expect(503);
    expect(reply.body).toMatchObject({ ready: false });
  });
});

describe('/metrics', () => {
  it('counts requests by route and client, never by id, and shows the work that waits', async () => {
    const { url, call } = await startBridge();
    const { body } = await call('post', '/Users').send({ userName: 'ada' }).expect(201);
    const { id } = body as { id: string };
    await call('get', `/Users/${id}`).expect(200);
    await call('get', '/nothing').expect(404);
    const reply = await request(url).get('/metrics').expect(200);
    expect(reply.headers['content-type']).toMatch(/^text\/plain/);
    expect(reply.text).toContain(
      'bridge_http_requests_total{method="GET",route="/Users/:id",status="200",client="main/okta"} 1',
    );
    expect(reply.text).toContain(
      'bridge_http_requests_total{method="GET",route="none",status="404",client="main/okta"} 1',
    );
    expect(reply.text).toContain('bridge_work_items{instance="uk",stage="plan",lane="move"} 1');
    expect(reply.text).toContain(
      'bridge_http_request_duration_seconds_count{method="POST",route="/Users"} 1',
    );
    expect(reply.text).not.toContain(id);
  });
});

describe('every reply', () => {
  it('carries an id of its own, which the audit log repeats, and headers that keep browsers out', async () => {
    const { url } = await startBridge();
    const [one, other] = await Promise.all([request(url).get('/healthz'), request(url).get('/healthz')]);
    expect(one.headers['x-request-id']).not.toBe(other.headers['x-request-id']);
    expect(one.headers).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect(one.headers).not.toHaveProperty('x-powered-by');
  });
});
