-- Records who the actor of an audit event was at that time, so that a trail shows nothing newer of a former member.

SET LOCAL lock_timeout = '5s';

-- Null in older events, and while the actor's email was not confirmed: it was a claim and not yet an identity.
ALTER TABLE "audit_events" ADD COLUMN "actor_email" VARCHAR(254), ADD COLUMN "actor_name" VARCHAR(80);

-- A trigger sets both, so the runtime role cannot choose them.
CREATE FUNCTION set_audit_actor() RETURNS trigger LANGUAGE plpgsql SECURITY INVOKER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT email, name INTO NEW.actor_email, NEW.actor_name FROM people WHERE id = NEW.actor_id;
  RETURN NEW;
END
$$;
CREATE TRIGGER "set_audit_actor" BEFORE INSERT ON "audit_events" FOR EACH ROW EXECUTE FUNCTION set_audit_actor();

-- Finds the actor behind an email that they had in this trail.
CREATE INDEX "audit_events_by_email_idx" ON "audit_events" ("trail_id", "actor_email", "created_at") WHERE "actor_email" IS NOT NULL;
