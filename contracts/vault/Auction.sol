// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {FixedPointMathLib as Math} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {AuctionState, IAuction, IFillCallback} from "../interfaces/IAuction.sol";
import {FillReport, Judgement} from "../interfaces/IMandate.sol";
import {IPriceBook} from "../interfaces/IPriceBook.sol";
import {Signal} from "../interfaces/ISignalFeed.sol";
import {FixedMath} from "../libraries/FixedMath.sol";
import {Exits} from "./Exits.sol";

// How the vault trades.
//
// DUE
// Once per position and signal round, when the weight is further than the band from its target or cash is short.
// While the signal is stale: whenever cash is short, and after the unwind delay until nothing is left.
//
// PRICE
// Starts better than the stored median and falls, linearly in time, to worse; the median is the one at the fill, since
// one fixed at opening would be a free option.
//
// AMOUNT
// What is left of the auction, never past the target of the newest signal at the present price, never more than the
// budgets allow. Requested exits are owed: what they are worth is neither NAV to invest nor cash to spend.
// Purchases are divided by 1 + slippage, sales for cash by 1 − slippage: at the worst price the one still respects
// target, cap and cash floor, the other still brings what is needed.
//
// CALLBACK
// Ledger, lot and fees are final before the first external call. Until the filler has delivered, no entry point works
// and no view that depends on NAV answers.
abstract contract Auction is Exits {
    using SafeCast for uint256;
    using SafeCast for int256;
    using SafeERC20 for IERC20;

    /// All that a trade of one position rests on. Amounts in token units unless they say otherwise.
    struct Trade {
        uint256 position;
        Judgement rules;
        Books books; // valued with `position`
        uint256 held;
        uint256 baseUnits; // so many are worth
        uint256 tokenUnits; // so many, at the position's price
        uint32 round; // of the newest signal at an accepted level
        uint256 target; // to hold; under a stale signal what is held, after the unwind delay nothing
        uint256 net; // base units, NAV without what requested exits are owed
        uint256 spendable; // base units, idle cash above the floor and what is owed
        uint256 short; // to sell whatever the target says, so that cash is there
        uint256 exempt; // to sell whatever the budgets say, so that requested exits are paid
        bool isPurchase; // the vault buys
        uint256 amount; // that it wants to trade now
        int256 offBps; // in the vault's favour
    }

    uint256 private constant MIN_FILL_PER_NAV = 1000; // smallest fill: a thousandth of NAV
    uint256 private constant SETTLED_PER_FILL = 8;
    uint256 private constant E7 = 1e7; // budgets are counted in 1e-7 of NAV

    mapping(uint256 position => AuctionState) internal lots; // the last auction of each, over or not

    bool internal transient isInsideFill;

    modifier outsideFill() {
        _checkOutsideFill();
        _;
    }

    function _checkOutsideFill() private view {
        require(!isInsideFill, InsideFill());
    }

    /* OPEN */

    /// @inheritdoc IAuction
    function open(uint256 position) external nonReentrant {
        (AuctionState memory lot, Trade memory t) = _dueLot(position);

        lots[position] = lot;
        // safe: a weight is at most 1e4, a stored price below 2^128
        (uint16 weight, uint128 price) = (uint16(_weightOf(t)), uint128(t.books.value.price));
        emit AuctionOpened(position, lot.round, lot.remaining, t.rules.targetWeightBps, weight, price);
    }

    /// @inheritdoc IAuction
    function previewOpen(uint256 position) external view outsideFill returns (AuctionState memory lot) {
        (lot,) = _dueLot(position);
    }

    /// @inheritdoc IAuction
    function isDue(uint256 position) external view returns (bool) {
        try this.previewOpen(position) {
            return true;
        } catch {
            return false;
        }
    }

    function _dueLot(uint256 position) private view returns (AuctionState memory lot, Trade memory t) {
        t = _trade(position);
        _shareShortage(t);
        _decideAmount(t);
        lot = lots[position];
        // The amount may be zero out of band: no cash above its floor, no budget left, or a vault of dust.
        bool isNews = t.rules.isFresh ? t.round > lot.round && (t.short > 0 || _drift(t) > t.rules.bandBps) : true;
        require(isNews && t.amount > 0 && !_isLive(lot), AuctionNotDue(position));

        lot = AuctionState({
            round: t.round,
            start: uint48(block.timestamp),
            remaining: t.isPurchase ? t.amount.toInt256().toInt128() : -t.amount.toInt256().toInt128()
        });
    }

    /// Positions share a shortage by value when their auctions open; each lot then remembers its part.
    function _shareShortage(Trade memory t) private pure {
        Valuation memory v = t.books.value;
        uint256 invested = Math.max(1, v.nav - v.idle);
        t.short = FixedMath.mulDivUp(t.short, v.value, invested);
        t.exempt = FixedMath.mulDivUp(t.exempt, v.value, invested);
    }

    function _drift(Trade memory t) private pure returns (uint256) {
        return Math.dist(t.rules.targetWeightBps, _weightOf(t));
    }

    function _weightOf(Trade memory t) private pure returns (uint256) {
        return _weight(t.books.value.value, t.net);
    }

    /// Of everything at most: a position may be worth more than what is left once requested exits are paid.
    function _weight(uint256 value, uint256 nav) internal pure returns (uint256) {
        return Math.min(value, nav) * BPS / Math.max(nav, 1); // safe: a vault's worth is below 2^132
    }

    /* DECIDE */

    /// Reads everything once: limits, books, prices, signal, requests.
    function _trade(uint256 position) private view returns (Trade memory t) {
        Holding storage holding_ = _holding(position);
        // One at another level neither counts nor hides that those that count have stopped.
        Signal memory signal = signalFeed.newest(holding_.feed, levels);
        t.position = position;
        t.round = signal.round;
        t.rules = mandate.judge(position, signal);
        t.books = _books(maxPriceAge, position);
        t.held = holding_.amount;

        Valuation memory v = t.books.value;
        _checkPriced(v, maxPriceAge);
        bool isRecent = _isWithin(v.observedAt, t.rules.fillMaxAge);
        require(isRecent, IPriceBook.PriceTooOld(_marketOf(holding_), v.observedAt, t.rules.fillMaxAge));

        (t.baseUnits, t.tokenUnits) = _ratio(v.price, holding_.decimals);
        _budgetCash(t);
        if (t.rules.isFresh) t.target = _tokensDown(t, t.net * t.rules.targetWeightBps / BPS);
        else if (!t.rules.isUnwinding) t.target = t.held;
    }

    /// What requested exits and the cash floor ask of cash, and of this position where cash is short.
    function _budgetCash(Trade memory t) private view {
        Valuation memory v = t.books.value;
        uint256 owed = _owed(t.books);
        t.net = Math.zeroFloorSub(v.nav, owed);
        uint256 needed = owed + FixedMath.mulDivUp(t.net, t.rules.cashFloorBps, BPS);
        t.spendable = Math.zeroFloorSub(v.idle, needed);
        t.short = _saleFor(t, Math.zeroFloorSub(needed, v.idle));
        t.exempt = _saleFor(t, Math.zeroFloorSub(owed, v.idle));
    }

    /// Token units that bring `missing` base units even at the worst price.
    function _saleFor(Trade memory t, uint256 missing) private pure returns (uint256) {
        if (missing == 0) return 0;
        uint256 value = FixedMath.mulDivUp(missing, BPS, BPS - t.rules.slippageBps);
        return _tokensUp(t, value);
    }

    function _decideAmount(Trade memory t) private pure {
        t.isPurchase = t.target > t.held && t.short == 0;
        // Budgets are parts of NAV after the fill, which is at least this.
        uint256 lowestNav = FixedMath.mulDivDown(t.net, BPS - t.rules.slippageBps, BPS);
        uint256 most = FixedMath.mulDivDown(lowestNav, t.rules.turnoverLeftE7, E7);
        if (t.offBps < 0) {
            uint256 loss = FixedMath.mulDivDown(lowestNav, t.rules.lossLeftE7, E7);
            most = Math.min(most, FixedMath.mulDivDown(loss, BPS, uint256(-t.offBps)));
        }

        most = _tokensDown(t, most);
        t.amount = t.isPurchase ? Math.min(_purchase(t), most) : Math.min(_sale(t), most + t.exempt);
    }

    /// As much as spendable cash pays for, at the worst price; nothing below the greatest drawdown.
    function _purchase(Trade memory t) private pure returns (uint256) {
        uint256 lowest = uint256(t.books.mark) * (BPS - t.rules.maxDrawdownBps) / BPS;
        if (_navPerShareDown(t.books) < lowest) return 0;

        uint256 affordable = _tokensDown(t, t.spendable);
        return FixedMath.mulDivDown(Math.min(t.target - t.held, affordable), BPS, BPS + t.rules.slippageBps);
    }

    function _sale(Trade memory t) private pure returns (uint256) {
        return Math.min(t.held, Math.max(Math.zeroFloorSub(t.held, t.target), t.short));
    }

    function _tokensDown(Trade memory t, uint256 baseAmount) private pure returns (uint256) {
        return FixedMath.mulDivDown(baseAmount, t.tokenUnits, t.baseUnits);
    }

    function _tokensUp(Trade memory t, uint256 baseAmount) private pure returns (uint256) {
        return FixedMath.mulDivUp(baseAmount, t.tokenUnits, t.baseUnits);
    }

    /* FILL */

    /// @inheritdoc IAuction
    function fill(uint256 position, uint256 amount, uint256 limit, bytes calldata data)
        external
        nonReentrant
        returns (uint256 baseAmount)
    {
        Trade memory t;
        uint256 minAmount;
        uint256 maxAmount;
        (t, baseAmount, minAmount, maxAmount) = _quote(position, amount);
        require(amount >= minAmount, FillTooSmall(amount, minAmount));
        require(amount <= maxAmount, FillTooLarge(amount, maxAmount));
        require(t.isPurchase ? baseAmount >= limit : baseAmount <= limit, LimitExceeded(baseAmount, limit));

        _accrue(t.books);
        _record(t, amount, baseAmount);
        _exchange(t, amount, baseAmount, data);
        _report(t, amount);
        if (pendingShares > 0) _settle(t.books, SETTLED_PER_FILL);
    }

    /// The price of a fill now and its bounds; `t.amount` is within budgets, `maxAmount` within the lot too.
    function _quote(uint256 position, uint256 amount)
        private
        view
        returns (Trade memory t, uint256 baseAmount, uint256 minAmount, uint256 maxAmount)
    {
        t = _trade(position);
        AuctionState memory lot = lots[position];
        require(_isLive(lot), AuctionNotOpen(position));

        t.offBps = _offBps(Math.zeroFloorSub(block.timestamp, lot.start), t.rules);
        _decideAmount(t);
        // Nothing when the gap has turned to the other side.
        bool isPurchase = lot.remaining > 0;
        if (t.isPurchase == isPurchase) maxAmount = Math.min(Math.abs(lot.remaining), t.amount);
        uint256 smallest = _tokensDown(t, t.books.value.nav / MIN_FILL_PER_NAV);
        minAmount = Math.max(1, Math.min(maxAmount, smallest));

        // Rounded in the vault's favour: it pays less, it is paid more. safe: |offBps| <= 1e3 < BPS
        baseAmount = isPurchase
            ? _costDown(t, amount, uint256(int256(BPS) - t.offBps))
            : _costUp(t, amount, uint256(int256(BPS) + t.offBps));
    }

    /// Signed basis points in the vault's favour, from +premium at opening to −slippage at the end.
    function _offBps(uint256 elapsed, Judgement memory rules) private view returns (int256) {
        uint256 fallen = (uint256(rules.premiumBps) + rules.slippageBps) * elapsed / auctionLife;
        return int256(uint256(rules.premiumBps)) - int256(fallen); // safe: both at most 2e3
    }

    function _isLive(AuctionState memory lot) private view returns (bool) {
        return lot.remaining != 0 && block.timestamp <= uint256(lot.start) + auctionLife;
    }

    /// Writes the fill into lot and ledger, and into the books that the checks after it use.
    function _record(Trade memory t, uint256 amount, uint256 baseAmount) private {
        Valuation memory v = t.books.value;
        v.nav = v.nav - v.idle - v.value;
        int256 delta = amount.toInt256();
        if (t.isPurchase) (t.held, v.idle) = (t.held + amount, v.idle - baseAmount);
        else (t.held, v.idle, delta) = (t.held - amount, v.idle + baseAmount, -delta);
        v.value = _costDown(t, t.held, BPS);
        v.nav = v.nav + v.idle + v.value;

        AuctionState storage lot = lots[t.position];
        lot.remaining -= delta.toInt128();
        holdings[t.position].amount = t.held.toUint128();
        account.cash = v.idle.toUint128();
        int256 baseDelta = t.isPurchase ? -baseAmount.toInt256() : baseAmount.toInt256();
        // safe: a stored price is below 2^128, |offBps| <= 1e3
        emit AuctionFilled(t.position, lot.round, msg.sender, delta, baseDelta, uint128(v.price), int16(t.offBps));
    }

    function _exchange(Trade memory t, uint256 amount, uint256 baseAmount, bytes calldata data) private {
        IERC20 token = holdings[t.position].token;
        if (t.isPurchase) _swap(base, baseAmount, token, amount, data);
        else _swap(token, amount, base, baseAmount, data);
    }

    function _swap(IERC20 paidToken, uint256 paid, IERC20 owedToken, uint256 owed, bytes calldata data) private {
        isInsideFill = true;
        uint256 balanceBefore = _balanceOf(owedToken);

        paidToken.safeTransfer(msg.sender, paid);
        if (data.length == 0) owedToken.safeTransferFrom(msg.sender, address(this), owed);
        else IFillCallback(msg.sender).onFill(address(paidToken), paid, address(owedToken), owed, data);

        uint256 received = _balanceOf(owedToken) - balanceBefore;
        require(received >= owed, Underpaid(received, owed));
        isInsideFill = false;
    }

    /// Lets the mandate judge what the fill has left, by the price that it was quoted at.
    function _report(Trade memory t, uint256 amount) private {
        Valuation memory v = t.books.value;
        uint256 owed = _owed(t.books);
        // What requested exits needed counts against no budget. Of a purchase that is nothing: it left them their cash.
        uint256 counted = Math.zeroFloorSub(amount, t.exempt);
        mandate.enforce(
            t.position,
            FillReport({
                nav: Math.zeroFloorSub(v.nav, owed),
                idle: Math.zeroFloorSub(v.idle, owed),
                value: v.value,
                turnover: _costUp(t, counted, BPS),
                loss: t.offBps < 0 ? _costUp(t, counted, uint256(-t.offBps)) : 0,
                isPurchase: t.isPurchase
            })
        );
    }

    /// Base units that `amount` costs at `priceBps` of the price. safe: baseUnits < 2^208, tokenUnits < 2^107
    function _costDown(Trade memory t, uint256 amount, uint256 priceBps) private pure returns (uint256) {
        return FixedMath.mulDivDown(amount, t.baseUnits * priceBps, t.tokenUnits * BPS);
    }

    function _costUp(Trade memory t, uint256 amount, uint256 priceBps) private pure returns (uint256) {
        return FixedMath.mulDivUp(amount, t.baseUnits * priceBps, t.tokenUnits * BPS);
    }

    /* VIEWS */

    /// @inheritdoc IAuction
    function openAuction(uint256 position) external view returns (AuctionState memory lot) {
        lot = lots[position];
        if (!_isLive(lot)) delete lot;
    }

    /// @inheritdoc IAuction
    function quoteFill(uint256 position, uint256 amount)
        external
        view
        outsideFill
        returns (uint256 baseAmount, uint256 minAmount, uint256 maxAmount, int16 offBps)
    {
        Trade memory t;
        (t, baseAmount, minAmount, maxAmount) = _quote(position, amount);
        offBps = int16(t.offBps); // safe: |offBps| <= 1e3
    }
}
