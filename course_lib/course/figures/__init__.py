"""Figures that move: players, sliders, and figures that compute while somebody drags a handle."""

from course_lib.course.figures.animation import animation as animation
from course_lib.course.figures.live import Live as Live
from course_lib.course.figures.live import live as live
from course_lib.course.figures.player import Player as Player
from course_lib.course.figures.slider import slider as slider
from course_lib.course.figures.trace import Trace as Trace
