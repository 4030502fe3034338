// The schema in PGlite: one connection, a superuser, no other process.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'

const script = await readFile(process.env.PGMB_SCRIPT, 'utf8')
let db

const install = () => db.transaction(transaction => transaction.exec(script))
const rows = async (sql, ...parameters) => (await db.query(sql, parameters)).rows
const value = async (sql, ...parameters) => Object.values((await rows(sql, ...parameters))[0])[0]
const column = async (sql, ...parameters) => (await rows(sql, ...parameters)).map(row => Object.values(row)[0])

before(async () => {
  db = await PGlite.create()
  await install()
})

after(() => db.close())

const subscribe = async (group, condition = 'TRUE') => {
  await db.query('insert into pgmb.subscription_groups (id) values ($1) on conflict do nothing', [group])
  await db.query('insert into pgmb.subscriptions (group_id, conditions_sql) values ($1, $2)', [group, condition])
}

const publish = topics => column(
  `insert into pgmb.events (topic, payload)
   select t.topic, '{"amount": 7}' from unnest($1::text[]) with ordinality t (topic, n) order by t.n returning id`,
  topics)

const read = (group, cursor = null) => rows('select * from pgmb.read_next_events($1, $2)', group, cursor)

test('delivers in order, and what was acknowledged not again', async () => {
  await subscribe('desk')
  await subscribe('big', "(e.payload ->> 'amount')::int > 5 and e.topic <> 'b'")
  const ids = await publish(['a', 'b', 'c'])
  assert.equal(await value('select pgmb.poll_for_events()'), 5)

  const events = await read('desk')
  assert.deepEqual(events.map(event => event.id), ids)
  assert.deepEqual(events.map(event => event.topic), ['a', 'b', 'c'])
  assert.deepEqual((await read('big')).map(event => event.topic), ['a', 'c'])

  await db.query('select pgmb.set_group_cursor($1, $2, true)', ['desk', events[0].next_cursor])
  await publish(['d'])
  await db.query('select pgmb.poll_for_events()')
  assert.deepEqual((await read('desk')).map(event => event.topic), ['d'])
})

test('refuses a condition that is none', async () => {
  await assert.rejects(subscribe('desk', 'e.topic = '), { code: 'PM002' })
})

test('makes partitions ahead of time', async () => {
  const partitions = () => column("select upper_bound from pgmb.partitions('pgmb.events') order by 1")
  const before = await partitions()
  await db.query("call pgmb.maintain_events_table(now() + interval '2 days')")
  const after = await partitions()
  assert.ok(after.length > before.length, `${after} has no more than ${before}`)
  await publish(['e'])
  assert.equal(await value('select pgmb.poll_for_events()'), 2)
})

test('a second installation changes nothing', async () => {
  const state = () => column(
    `select pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'pgmb'::regnamespace
     union all select concat_ws(' ', c.relname, c.relkind, c.relnatts) from pg_class c where c.relnamespace = 'pgmb'::regnamespace
     union all select concat_ws(' ', c.id, c.value) from pgmb.config c
     union all select e::text from pgmb.events e
     union all select d::text from pgmb.subscription_events d
     union all select p::text from pgmb.progress p
     order by 1`)
  const once = await state()
  await install()
  assert.deepEqual(await state(), once)
})
