"""Figures that move: players, sliders, and figures that compute while somebody drags a handle."""

from course_lessons.figures.animation import animation as animation
from course_lessons.figures.live import Live as Live
from course_lessons.figures.live import live as live
from course_lessons.figures.player import Player as Player
from course_lessons.figures.slider import slider as slider
from course_lessons.figures.trace import Trace as Trace
