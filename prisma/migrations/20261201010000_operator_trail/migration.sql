-- Records in an audit trail what the operator does that concerns no single user or account, such as retrying jobs.

SET LOCAL lock_timeout = '5s';

-- The operator's trail. Its id is a constant that no account has, so the server's role can append it to its chain, but can neither
-- read it afterward nor add events to it.
CREATE FUNCTION operator_trail_id() RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$ SELECT '00000000-0000-8000-8000-000000000001'::uuid $$;

INSERT INTO "audit_trails" ("account_id") VALUES (operator_trail_id());

CREATE POLICY "audit_events_by_operator" ON "audit_events" FOR INSERT TO CURRENT_USER
  WITH CHECK ("account_id" = current_account_id() AND "account_id" = operator_trail_id());

-- Runs jobs again that have no retries left, and records which. Returns their number.
CREATE FUNCTION operator_retry_jobs(wanted bigint[]) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path = public, pg_temp
AS $$
DECLARE
  retried jsonb;
BEGIN
  WITH dead AS MATERIALIZED (
    SELECT jobs.id, tasks.identifier
      FROM graphile_worker._private_jobs AS jobs JOIN graphile_worker._private_tasks AS tasks ON tasks.id = jobs.task_id
     WHERE jobs.id = ANY (wanted) AND jobs.attempts >= jobs.max_attempts
       FOR UPDATE OF jobs
  )
  SELECT jsonb_object_agg(again.id, dead.identifier)
    INTO retried
    FROM graphile_worker.reschedule_jobs(ARRAY(SELECT id FROM dead), run_at := now(), attempts := 0) AS again JOIN dead ON dead.id = again.id;
  IF retried IS NULL THEN
    RETURN 0;
  END IF;
  PERFORM set_config('app.account_id', operator_trail_id()::text, true);
  INSERT INTO audit_events (id, account_id, kind, details)
  VALUES (gen_random_uuid(), operator_trail_id(), 'jobs.retried', jsonb_build_object('by', 'operator', 'jobs', retried));
  PERFORM set_config('app.account_id', '', true);
  RETURN (SELECT count(*) FROM jsonb_object_keys(retried));
END
$$;

REVOKE EXECUTE ON FUNCTION operator_trail_id(), operator_retry_jobs(bigint[]) FROM PUBLIC;
