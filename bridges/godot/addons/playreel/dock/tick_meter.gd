## How long the plugin's part of a frame takes.
extends RefCounted

## Most microseconds the plugin may take of one frame of the editor.
const BUDGET := 4000

## Of the newest tick, in microseconds.
var last: int = 0
## Of the slowest tick so far.
var worst: int = 0
var ticks: int = 0

var _began: int = 0


## A tick begins.
func begin() -> void:
	_began = Time.get_ticks_usec()


## What is left of the tick's budget, in microseconds.
func left() -> int:
	return maxi(0, BUDGET - (Time.get_ticks_usec() - _began))


## The tick is over.
func end() -> void:
	last = Time.get_ticks_usec() - _began
	worst = maxi(worst, last)
	ticks += 1


## The debug line.
func text() -> String:
	return "tick %.2f ms, slowest %.2f of %d ms" % [last / 1000.0, worst / 1000.0, BUDGET / 1000.0]
