-- A sign-in needs one password hash, so a transaction gets one. Otherwise, one injected statement could read all of them:
-- SELECT find_credential(email) FROM users.

SET LOCAL lock_timeout = '5s';

-- Returns the user with this email and their hash, for a sign-in. An advisory lock remembers the call until the transaction
-- ends, also in a read-only one. It is shared, so that sign-ins do not wait for each other.
DROP FUNCTION find_credential(text);
CREATE FUNCTION find_credential(wanted_email text)
RETURNS TABLE (id uuid, password_hash text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 1
SET search_path = public, pg_temp
AS $$
DECLARE
  lock_class constant int := 20261130;
BEGIN
  IF EXISTS (
    SELECT FROM pg_locks
     WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid = lock_class AND objid = 1 AND objsubid = 2
  ) THEN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: a transaction can read one credential';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(lock_class, 1);
  RETURN QUERY SELECT users.id, users.password_hash FROM users WHERE users.email = wanted_email;
END
$$;
REVOKE EXECUTE ON FUNCTION find_credential(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_credential(text) TO atrium_runtime;
