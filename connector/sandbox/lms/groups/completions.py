"""Finished courses: who finished which course when, stored here and read by the connector."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from connector.core.model.completion import Completion
from connector.sandbox.lms.db.columns import Base
from connector.sandbox.lms.db.tables import Course, Portal, User


class Finished(Base):
    """A user has finished a course. A finished course stays finished."""

    __tablename__ = "lms_finished"
    __table_args__ = (Index(None, "finished_at"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("lms_user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    finished_at: Mapped[datetime]


def finish(session: Session, course_id: int, user_id: str, instant: datetime) -> None:
    """Record that a user has finished a course; only the first time counts."""
    if session.get(Finished, (course_id, user_id)) is None:
        session.add(Finished(course_id=course_id, user_id=user_id, finished_at=instant))


def completions(engine: Engine, portal_id: int, since: datetime) -> Iterator[Completion]:
    """The courses of a portal that were finished at or after an instant; the day is in the portal's time zone."""
    query = (
        select(Finished, Course.title)
        .join(Course, Course.id == Finished.course_id)
        .join(User, User.id == Finished.user_id)
        .where(User.portal_id == portal_id, Finished.finished_at >= since)
        .order_by(Finished.finished_at)
        .execution_options(yield_per=1000)
    )
    with Session(engine) as session:
        zone = ZoneInfo(session.get_one(Portal, portal_id).time_zone)
        for finished, title in session.execute(query):
            day = finished.finished_at.astimezone(zone).date()
            # A course's number may be used again after it was deleted; not at the same second.
            key = f"{finished.course_id}/{finished.finished_at:%Y%m%dT%H%M%S}"
            yield Completion(finished.user_id, key, title, day)
