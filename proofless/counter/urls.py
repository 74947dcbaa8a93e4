"""Pages of the counter: residents under /appointments and /after, officials under /desk/counter/."""

from django.urls import path

from proofless.counter.pages import booking, case, desk, ratings

app_name = "counter"
urlpatterns = [
    path("appointments/", booking.mine, name="mine"),
    path("appointments/book", booking.book, name="book"),
    path("appointments/<uuid:appointment_id>/cancel", booking.cancel, name="cancel"),
    path("after/<uuid:application_id>", case.own, name="after"),
    path("desk/counter/day", desk.day, name="day"),
    path("desk/counter/windows", desk.windows, name="windows"),
    path("desk/counter/windows/new", desk.window, name="new_window"),
    path("desk/counter/windows/<uuid:window_id>", desk.window, name="window"),
    path("desk/counter/cases/<uuid:application_id>", case.office, name="office"),
    path("desk/counter/follow-ups", ratings.follow_ups, name="follow_ups"),
    path("desk/counter/follow-ups/<uuid:follow_up_id>", ratings.follow_up, name="follow_up"),
    path("desk/counter/ratings", ratings.ratings, name="ratings"),
    path("desk/counter/ratings.xlsx", ratings.export, name="ratings_export"),
]
